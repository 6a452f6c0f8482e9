"""How long a list of 10,000 partners takes: first reading, refresh, and match. Run as `python -m benchmarks.directory [partners]`.

Three fictional lists, with two caseworkers' keys for each partner, as they would be on the last good day before nobody confirmed anything
for a week: "varied" (countries, needs, languages and dates drawn), "repeated" (the twelve fixtures over and over, so that hundreds
fit equally well) and "same" (one specialist ten thousand times: the most ties that there can be). Each figure is given as wall time and
as the thread's own time on the processor; they differ when the machine has other work.
"""

import hashlib
import json
import platform
import random
import resource
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from referrals import fixtures
from referrals.directory import Directory, load
from referrals.matching import NEEDS, SITUATIONS, URGENT_IMPLIES, CaseFacts, match
from referrals.sealing import new_identity

PARTNERS = 10_000  # issue 4
CASES = 5_000  # so that 50 lie beyond the 99th percentile
NOW = datetime(2031, 3, 10, 9, tzinfo=UTC)
SEED = 20310310
COUNTRIES = ("CN", "CN", "CN", "KR", "TH", "LA", "VN", "MM", "KH", "MN")  # weighted by what the questionnaire leads to

Record = dict[str, Any]


def main() -> None:
    """Print the machine, then load, refresh and match for each list."""
    partners = int(sys.argv[1]) if len(sys.argv) > 1 else PARTNERS
    print(f"{_processor()}, Python {platform.python_version()}, {partners} partners, two keys each")
    keys = _keys(partners)
    for name, vary in (("varied", _varied), ("repeated", _repeated), ("same", _same)):
        document = _document(partners, keys, vary)
        text = json.dumps(document, ensure_ascii=False)
        first = _timed(f"{name}: first reading, {len(text) / 1e6:.0f} MB", text)
        _refreshes(name, document, first)
        _matches(name, first)
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")  # KiB on Linux


def _refreshes(name: str, document: Record, before: Directory) -> None:
    for share, what in ((0.01, "1 in 100 changed"), (1.0, "all confirmed anew")):
        records = document["partners"]
        for record in records[: int(len(records) * share)]:
            record["x_contact_confirmed_at"] = (NOW - timedelta(hours=2)).isoformat()
        document["version"] += 1
        text = json.dumps(document, ensure_ascii=False)
        _timed(f"{name}: refresh, {what}", text, before)


def _matches(name: str, directory: Directory) -> None:
    draw = random.Random(SEED)
    walls, own = [], []
    for number in range(CASES):
        facts, salt = _case(draw), number.to_bytes(16, "big")
        wall, cpu = time.perf_counter(), time.thread_time()
        match(facts, directory, NOW, salt)
        own.append(time.thread_time() - cpu)
        walls.append(time.perf_counter() - wall)
    for what, taken in (("wall", sorted(walls)), ("own", sorted(own))):
        p50, p99, most = (1e6 * taken[place] for place in (CASES // 2, CASES * 99 // 100, -1))
        print(f"{name}: match, {CASES} cases, {what}: p50 {p50:.0f} µs, p99 {p99:.0f} µs, most {most:.0f} µs")


def _timed(what: str, text: str, before: Directory | None = None) -> Directory:
    wall, cpu = time.perf_counter(), time.thread_time()
    directory = load(text, "benchmark", before)
    print(f"{what}: wall {time.perf_counter() - wall:.2f} s, own {time.thread_time() - cpu:.2f} s")
    return directory


def _case(draw: random.Random) -> CaseFacts:
    urgent = draw.choice([None] * 6 + list(URGENT_IMPLIES))
    return CaseFacts(
        country=draw.choice([*COUNTRIES, None]),
        needs=() if urgent else tuple(draw.sample(NEEDS, draw.randint(1, 4))),
        situations=tuple(draw.sample(SITUATIONS, draw.randint(0, 3))),
        urgent=urgent,
        klass="now" if urgent else draw.choice(["normal", "days"]),
        danger=draw.choice([None, "raised", "high"]),
        languages=frozenset(draw.choice([("ko",), ("zh",), ("ko", "zh")])),
        dialect=draw.choice([None, "north", "south"]),
        under_18=draw.random() < 0.2,
        male=draw.random() < 0.1,
        wants_woman=draw.random() < 0.3,
        contact=draw.choice(["c_return", "c_band", "c_any", "c_none"]),
        fields_offered=frozenset({"class", "country", "language", "needs", "contact"}),
    )


def _keys(partners: int) -> list[list[Record]]:
    seeds = (
        [hashlib.sha256(f"naru benchmark {place} {each}".encode()).digest() for each in (1, 2)]
        for place in range(partners)
    )
    until = (NOW + timedelta(days=200)).date().isoformat()
    return [
        [
            {"id": f"{number:08x}", "recipient": new_identity(seed).recipient, "key_until": until}
            for number, seed in enumerate(pair, 1)
        ]
        for pair in seeds
    ]


def _document(partners: int, keys: list[list[Record]], vary: Callable[[list[Record], int], Iterator[Record]]) -> Record:
    document: Record = json.loads(fixtures.partners(NOW.date()))
    records = vary(document["partners"], partners)
    document["partners"] = [
        {**record, "id": f"00000000-0000-4000-8000-{place + 1:012d}", "x_alias": str(place + 1), "x_keys": keys[place]}
        for place, record in enumerate(records)
    ]
    return document


def _repeated(models: list[Record], partners: int) -> Iterator[Record]:
    return (models[place % len(models)] for place in range(partners))


def _same(models: list[Record], partners: int) -> Iterator[Record]:
    model = next(each for each in models if each["id"] == fixtures.IDS["SAFE-CN"])
    return (model for _ in range(partners))


def _varied(models: list[Record], partners: int) -> Iterator[Record]:
    draw = random.Random(SEED)
    for record in _repeated(models, partners):
        services = [_varied_service(service, draw) for service in record["services"]]
        confirmed = (NOW - timedelta(days=draw.uniform(0, 32))).isoformat()  # some are past their 30 days
        phones: list[Record] = []  # a varied country may not show one
        yield {**record, "services": services, "x_contact_confirmed_at": confirmed, "phones": phones}


def _varied_service(service: Record, draw: random.Random) -> Record:
    languages = draw.choice(["kor", "zho", "kor zho", "kor zho eng"]).split()
    return {
        **service,
        "service_areas": [{"x_countries": sorted(set(draw.sample(COUNTRIES, draw.randint(1, 3))))}],
        "languages": [{"code": code} for code in languages],
        "x_needs": draw.sample(NEEDS, draw.randint(1, 6)),
        "x_situations": draw.sample(SITUATIONS, draw.randint(0, 3)),
        "x_urgent_247": draw.random() < 0.3,
        "x_women_staff": draw.random() < 0.8,
        "x_child_safeguarding": draw.choice(["verified", "no"]),
        "x_capacity": draw.choice(["open", "limited", "closed"]),
        "x_capacity_at": (NOW - timedelta(days=draw.uniform(0, 30))).isoformat(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


if __name__ == "__main__":
    main()
