"""The desk: the pages on which caseworkers see what waits, and open it in their own browser. The server can't read any of it."""
