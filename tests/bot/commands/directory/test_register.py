"""What operators sign beside the partners, and what bots get of it all."""

import pytest

from bot.commands.directory import register
from bot.commands.directory.register import Bot, Document, Register
from referrals import fixtures
from referrals.publishing.errors import DamagedFolderError
from referrals.vetting import PartnerFile, PartnersFile
from tests.referrals import vetted
from tests.referrals.publishing import ceremony


def head(**changes: object) -> Register:
    """A fictional register."""
    bot = Bot(signer="a" * 64, recipient=ceremony.bot().recipient)
    made = Register(drafted_on=vetted.TODAY, operators=vetted.OPERATORS, bots=(bot,), salt="5" * 64)
    return made.model_copy(update=changes)


def document(*files: PartnerFile) -> Document:
    """A fictional document."""
    partners = PartnersFile(format="naru-partner-files/1", version=3, partners=files)
    return Document(head=head(), partners=partners)


def test_it_comes_back_as_it_was() -> None:
    """Names, contacts and checks too."""
    made = document(vetted.file("CHILD"), vetted.file("PSY-KR"))

    assert register.read(made.to_bytes()) == made


@pytest.mark.parametrize("damaged", [b"", b"{}", b"[]", document().to_bytes().replace(b"5" * 64, b"5")])
def test_what_is_no_document_is_refused(damaged: bytes) -> None:
    """Nothing is guessed."""
    with pytest.raises(DamagedFolderError):
        register.read(damaged)


def test_two_partners_with_one_key_are_refused() -> None:
    """The checks of the whole list hold here too."""
    with pytest.raises(DamagedFolderError):
        register.read(document(vetted.file("CHILD"), vetted.file("CHILD")).to_bytes())


def test_bots_get_no_name_no_contact_and_no_candidate() -> None:
    """Above T1 the alias alone; nobody who isn't served or suspended."""
    child, candidate = vetted.file("CHILD"), vetted.read(vetted.written("SAFE-CN", status="candidate"))
    made = document(child, candidate)
    bot_list = register.bot_list(made)
    text = bot_list.to_bytes().decode()

    assert [each.partner.id for each in bot_list.listed] == [fixtures.IDS["CHILD"]]
    assert child.partner.x_tier == "T2"
    assert child.name not in text
    assert "fictional mailbox" not in text
    assert "binder" not in text
    assert (bot_list.version, bot_list.signers) == (3, ("a" * 64,))


def test_only_another_contact_is_a_new_one() -> None:
    """To confirm it again isn't; another mailbox is."""

    def mark(file: PartnerFile) -> str:
        return register.bot_list(document(file)).listed[0].contact

    file = vetted.file("CHILD")
    (contact,) = file.contacts
    confirmed = file.model_copy(update={"contacts": (contact.model_copy(update={"confirmed_at": vetted.NOW}),)})
    moved = file.model_copy(update={"contacts": (contact.model_copy(update={"value": "fictional mailbox 2"}),)})

    assert mark(file) == mark(confirmed)
    assert mark(file) != mark(moved)


def test_everything_beside_the_partners_is_told() -> None:
    """A line for each difference, and none where nothing differs."""
    edi, lea, sun, tam = vetted.OPERATORS
    lea = lea.model_copy(update={"organisation": "west-hill", "key": "b" * 64})
    mine = Bot(signer="c" * 64, recipient=ceremony.bot(2).recipient)
    new = head(
        operators=(lea, sun, tam, vetted.operator("zoe", "north-wind")),
        bots=(mine,),
        lifted=("0" * 16,),
        salt="6" * 64,
    )
    told = "\n".join(register.differences(head(), new))

    assert list(register.differences(head(), head())) == []
    assert "operator lea: approver of north-wind, GBV or safeguarding lead -> approver of west-hill" in told
    assert "NEW KEY" in told
    assert f"operator {edi.id} is taken out" in told
    assert "operator zoe is new: approver of north-wind" in told
    assert "bot added: list key" in told
    assert "bot taken out: list key" in told
    assert f"suspension {'0' * 16} is LIFTED" in told
    assert "salt" in told
    assert len(told.splitlines()) == 7


def test_the_first_register_is_told_whole() -> None:
    """Everybody in it is new."""
    told = list(register.differences(None, head()))

    assert len([line for line in told if "is new" in line]) == len(vetted.OPERATORS)
