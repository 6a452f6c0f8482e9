"""The review of the words: a packet of every screen for a reader to mark, and the marked packet taken back as catalogue changes.

`arrangement` orders the screens, `workbook` and `page` write them, `marks` reads what a reviewer marked, `catalogue` changes the .po
files. The reader needs no program but one for spreadsheets, or a pen.
"""
