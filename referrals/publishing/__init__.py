"""The partner list as it is published: signed by two of three operators, checked by the bot before it counts. TUF (python-tuf) carries it.

An operator's side, from the key to the published list:

* `operator_key`: her Ed25519 signing key and age identity in one file under a passphrase (`new_operator_key`, `wrap`, `write_key_file`,
  `read_key_file`); `operator_public.OperatorPublic` is the half that others get, with a `fingerprint` to read aloud;
* `targets`: what is signed: `BotList` for the bots, `Suspension` for one operator's own file; `sealed_list` is the seal around a list;
* `metadata`: the TUF roles, built and signed: who must sign what, and how long it counts;
* `folder`: the files of one folder that operators copy to each other;
* `repository`: what is done there: `Repository(folder)` with `draft_root`, `draft_list`, `draft_suspensions`, `sign`, `gather` (signatures
  made on another copy), `standing` (who has signed a draft), `read_list` and `read_draft` (opened with her identity, to review),
  `read_suspensions`, `publish`, and `renew` (snapshot and timestamp again, unattended);
* `audit`: the hash-chained log of what operators did.

    repository = Repository(folder)
    repository.draft_root([kim.public, lee.public, park.public], online_public, now)
    bot_list = BotList(repository.next_version(), signers, tuple(Listed(partner, contact_mark(salt, contact)), ...), lifted=())
    repository.draft_list(bot_list, operators_bytes, bots, now, randomness, anchors)  # bots: age recipients of the bots
    repository.draft_suspensions("kim", [], now)                                      # and for lee, for park
    for role in repository.drafts(): repository.sign(role, kim, now)                  # her own suspension file, never another's
    repository.publish(online_secret, now)                                            # 32 bytes, as `referrals.key_file` reads them

The bot's side:

* `source`: reads the published files from a folder or an https address;
* `client`: `PartnerListClient(source, state_dir, trusted_root, identity, randomness, monotonic)` with `pin(now)` (once, at `naru init`) and
  `refresh(now)` (every minute), both giving a `Verified`: `directory` to match on, `standing` ("good", "urgent_only", "none"), `refused`
  and `alarms`;
* `updating`: one run of python-tuf's client, and its errors in words; `memory`: what the bot keeps on disk;
* `verified`: the rules on top of the signatures (24 hours, suspensions, expiry), pure;
* `errors`: everything that can be wrong with a list, a key or a draft, in words for operators.

The folder, as it is copied:

    published/metadata/   1.root.json, 7.targets.json, 3.suspend-kim.json, 12.snapshot.json, timestamp.json  (this is what is served)
    published/targets/    HASH.partners.age, HASH.operators.age, suspensions/HASH.kim.json
    draft/                root.json, targets.json, suspend-kim.json, and targets/ with their contents; gone once published

Who signs: root and list two operators; `suspend-NAME` the operator NAME alone; snapshot and timestamp one online key, which adds nothing.
"""
