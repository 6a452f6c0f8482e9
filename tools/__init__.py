"""Commands for those who work on Naru; no part of what is installed."""
