"""The partner list in a spreadsheet: read from what people send, checked cell by cell, and written so that it comes back the same.

`words.toml` has the headings and words, `columns` finds them, `xlsx` and `csv_text` open files, `cells` reads single cells, `drafts`
makes partners of rows, `writer` exports. Nothing read here is in the list: it is proposed, and others approve.
"""
