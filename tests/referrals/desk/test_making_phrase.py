"""A new passphrase is shown once and kept as a hash."""

from referrals.desk import passphrases
from referrals.desk.grants import Role
from tests.desk_rig import Rig


def test_only_its_hash_is_kept(desk: Rig) -> None:
    """What the page shows stands in no row, and fits the hash that does."""
    her = desk.signed_in(desk.account(Role.OPERATOR))
    page = her.post("/account/phrase").text
    (row,) = desk.written(lambda db: db.execute("SELECT account, sign_in_name, hashed FROM pending_phrases").fetchall())
    shown = [part.split("<")[0].replace("-", "") for part in page.split('class="secret">')[1:]]

    assert shown[0] == row[1]
    assert shown[1] not in str(row)
    assert passphrases.fits(row[2], shown[1])
