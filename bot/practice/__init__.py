"""The practice phone: a Bot API server in memory, and a page with a phone on it. Nothing here is Telegram's.

    the bot ── POST /bot<TOKEN>/<method> ──► web ──► botapi.PracticeServer ◄── phone ◄── the page (page/)
                                                        │
       persons   who writes to the bot: fictional, with marks that a leak test can search for
       chats     what stands in each chat, and what the lock screen showed
       updates   the queue behind getUpdates: redelivered until confirmed
       params    what a request may hold, strictly
       methods   the Bot API's methods, one function each
       faults    what is to go wrong, said by a test
       remote    what a test asks when this is its own process
       casework  what the page asks of the caseworker's side
       serve     listening on loopback, and nowhere else

The bot runs against it unchanged, through its base URL, so demo, training, translation review and end-to-end tests take the real
path. State is in memory and dies with the process; a journal can be written for a test that outlives the bot.
"""
