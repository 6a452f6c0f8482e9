"""The bot: talks with the person seeking help.

An update from the messenger goes through these rooms, in this order:

* `channels/` reads it, no deeper than needed, and later carries out what the outbox asks;
* `poll` fetches updates and confirms them once they are on disk;
* `intake` loads the conversation, lets `dialogue` decide, and commits everything in one transaction;
* `dialogue/` decides, without input or output: `engine.advance` is where all transitions stand;
* `store` is the encrypted database of running conversations and of jobs still to be done;
* `outbox` does those jobs: shows, covers, deletes, answers, delivers; `pace` keeps Telegram's limits;
* `retention` covers idle screens and erases what is past its time;
* `texts` turns keys into words, `quiet` is the only log, `settings` reads every setting once;
* `app` makes the parts and joins them; `practice/` is a phone to practise on; `__main__` is the command line.

What a referral is, how it is sealed and where it waits is in the package `referrals`, which knows nothing of bots.
"""
