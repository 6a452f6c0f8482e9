"""Programs that measure; each is run by hand, `python -m benchmarks.NAME`, and its figures stand in the documents with the machine."""
