"""Notices without content: a mail that says only "look at the desk", the same for everyone, whatever waits and whether anything does.

`deciding` says who is owed a mail and `trying` when it is tried (both pure), `mail` is the one message, `sending` hands it to the mail
server over TLS, `boxes`, `outgoing` and `waiting` read and write the databases, `standing` says what the pages show, and `notifier` runs
them in a loop: decide, commit, then send.
"""
