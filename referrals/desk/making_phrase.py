"""A new passphrase is made here on the server, kept as its hash, and shown once."""

import asyncio

from referrals.desk import passphrases
from referrals.desk.passphrases import NewPhrase
from referrals.desk.store import Books
from referrals.desk.visit import Visit

_SALT_BYTES = 16


async def proposed(visit: Visit, account: str) -> NewPhrase:
    """Make one for an account that is there or will be; it counts once its generator's first code was typed."""
    made = passphrases.generated(visit.desk.draw)
    kept = await asyncio.to_thread(passphrases.hashed, made.phrase, visit.desk.draw(_SALT_BYTES))

    def propose(books: Books) -> None:
        with books.desk.transaction() as db:
            passphrases.propose(db, account, made, kept, visit.now)

    await visit.desk.run(propose)
    return made
