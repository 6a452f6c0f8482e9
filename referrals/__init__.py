"""Finds help and hands a case over; knows nothing of bots or messengers.

* `partner`, `directory`: partner records and the checked list they stand in; `matching`: who fits a case, and why;
* `referral`: the packet a person chose, in its envelope; `sealing` (with `age_format`, `age_keys`): signed inside, sealed to the
  partner's caseworkers, opened with one of their identities;
* `return_code`: 16 digits, and the keys that follow from them;
* `casebook`: the encrypted database of sealed referrals and how far each has come; `casebook_view`: what a return code opens;
* `database`, `key_file`: encrypted databases and keys on disk; `secret`, `errors`;
* `fixtures`: fictional partners for the demo and the tests.
"""
