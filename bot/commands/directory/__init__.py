"""`naru directory`: the operators' side of the partner list, from a spreadsheet to what the bots read. One file a subject.

An operator has two folders.

Hers alone (NARU_OPERATOR_FOLDER or --folder), on her own machine, never copied:

    operator.json   who she is (name, organisation, editor or approver) and where the shared folder lies
    operator.key    her key under a passphrase; an editor has none
    online.key      only on a publishing machine: signs dates (snapshot, timestamp), and can add or change nothing
    root.json       the newest root that she has verified: whose signatures she believes
    register.json   what two operators have signed beside the partners, as she last verified it (`register.Register`)
    today.json      the published list with names and contacts, as she last verified it (`vetting.PartnersFile`)
    working.json    the same with what she is about to propose
    audit.log       what she did, hash-chained

The shared one, which operators copy to each other (a stick, mail) and of which `published/` is served to bots:

    operators/NAME.json                a card: her public key, organisation and role
    published/  draft/                 see `referrals.publishing`
    proposals/P.proposal               changes with names and contacts, sealed to the operators
    proposals/P.NAME.approval          NAME's signatures over `approval.subject` of each change in P
    exports/E.request                  who asks for a file with names and contacts, and of which list
    exports/E.NAME.agreement           NAME's signature that she agrees, once
    audit/NAME.log                     copies of the logs, for whoever wants to verify them

Nothing in the shared folder is believed for standing there. Whose keys count follows from root.json; who belongs to which organisation
and may approve, from the list that two operators signed; that somebody approved, from her signature. Whoever signs a draft that another
made has her program make it again from the verified list and the verified approvals: what differs is refused.

An editor holds no key, so that a proposal is hers is only said. It gives nothing: what she is said to propose is approved like any other,
and two operators are shown every change before they sign the list.

`place`, `trust`, `register`, `bundles`, `session`, `drafting` and `draft_folder` hold what commands share; the others hold the commands.
"""

import typer

from bot.commands.directory.agreeing import agree
from bot.commands.directory.approving import approve, review
from bot.commands.directory.auditing import audit
from bot.commands.directory.editing import check, confirm
from bot.commands.directory.exporting import export
from bot.commands.directory.importing import import_file
from bot.commands.directory.opening import check_opener
from bot.commands.directory.proposing import propose
from bot.commands.directory.publishing import publish
from bot.commands.directory.rotating import rotate_key
from bot.commands.directory.showing import diff, status, why
from bot.commands.directory.starting import init
from bot.commands.directory.suspending import suspend

directory = typer.Typer(
    no_args_is_help=True,
    help="Keep the list of partners: import, propose, approve by two, publish. Start with `init`; docs/OPERATORS.md shows whole days.",
)
directory.command()(init)
directory.command("import")(import_file)
directory.command()(check)
directory.command()(diff)
directory.command()(propose)
directory.command()(review)
directory.command()(approve)
directory.command()(publish)
directory.command()(suspend)
directory.command()(confirm)
directory.command()(status)
directory.command()(why)
directory.command()(export)
directory.command()(agree)
directory.command("rotate-key")(rotate_key)
directory.command("check-opener")(check_opener)
directory.add_typer(audit, name="audit")
