"""N1, N4 and N8 to N13: what no screen, notice or profile ever says, in any language and any country.

Each looks at every reachable screen in words (tests/rendered.py), not at the catalogues, and with patterns of its own.
"""

import json
from importlib.resources import files
from itertools import product

import pytest

from referrals import fixtures
from referrals.case_facts import NEEDS, CaseFacts
from referrals.directory import Directory, DirectoryError, load
from referrals.fixtures import IDS
from referrals.partner import HARD_RULES
from referrals.policy import load as load_policy
from referrals.referral import Packet
from tests.bot.dialogue.purpose_words import PURPOSE
from tests.person import NOW, directory, questionnaire
from tests.promises.lives import offered_by_the_rules
from tests.promises.said import everything, offending, sentences, texts, unasked

# domain.md 2.4: where the police may never be advised, whoever has reviewed the row.
FORBIDDEN = ("CN", "VN", "LA", "MM", "KH", "MN", "RU")
SERVED = (*FORBIDDEN, "TH", "KR")
POLICE = (
    r"경찰|공안|변방대|파출소|보위부|주민\s?위원회|인민반|병원에 등록|국경 경비|警察|公安|报警|派出所|边防|居委会|街道办|医院登记|打110"
    r"|\bpolice\b|border guard|neighbou?rhood committee|hospital registration"
)


def test_n01_no_screen_advises_to_go_to_the_police_where_that_means_being_sent_back() -> None:
    """N1: nowhere, for the policy opens it nowhere; and in seven countries no review of the policy can open it."""
    reviewed = (
        (files("referrals") / "policy.toml").read_text("utf-8").replace("draft, not reviewed", "fictional reviewer")
    )
    policy = load_policy(reviewed)

    assert (
        offending(
            POLICE, "경찰에 전화하십시오.", "请报警。", "Go to the neighbourhood committee.", "병원에 등록하십시오."
        )
        == []
    )
    assert {country: policy.rule(country, NOW.date()).police_advice for country in FORBIDDEN} == dict.fromkeys(
        FORBIDDEN, "forbidden"
    )
    assert {policy.rule(country, NOW.date()).consulate_advice for country in FORBIDDEN} == {"partner_mediated"}
    assert policy.rule("XX", NOW.date()).police_advice == policy.rule(None, NOW.date()).police_advice == "forbidden"


# What a packet may hold, and nothing else: codes of answers to closed questions (domain.md 1.4).
PACKET = {
    *("klass", "urgent", "country", "language", "needs", "situations", "danger", "with_", "helper", "contact", "band"),
    *("check", "report", "about", "flags", "answer"),  # answer: to a closed question of a partner
}
ASKS = (
    r"(이름|성함|고향|주소|국적|전화번호)(은|는|이|가|을|를)? (무엇|어디|어떻|알려|대십|적으|쓰십)"
    r"|어디에? (삽|사십|서 왔)|몇 살|얼마에|얼마를"
    r"|누가 .*(데려|팔|시켰|때렸)|叫什么|你的名字|老家|哪里人|国籍|住在哪|住址是|几岁|多少钱|谁(带|卖|打)|your name\?|what is your name"
    r"|where do you live|where are you from|nationality|how old are you|who (brought|sold|beat)|how much"
)


def test_n04_nothing_asks_who_she_is_or_where_she_came_from() -> None:
    """N4: no screen asks for a nationality, a home, a name, an address, a captor, a route or a price, and no packet has a place for one."""
    assert (
        offending(
            ASKS,
            "이름이 무엇입니까?",
            "고향이 어디입니까?",
            "你叫什么名字？",
            "Where are you from?",
            "얼마에 왔습니까?",
        )
        == []
    )
    assert set(Packet.model_fields) == PACKET
    assert [
        question.id for question in questionnaire().question if not question.options
    ] == []  # every question is closed


def test_n08_no_word_betrays_before_she_is_alone_and_agreed() -> None:
    """N8: no screen before that, on the urgent path, in a notice or in the profile holds a word of the forbidden list."""
    early = {each.text for each in everything() if not each.open} | set(unasked())
    countries = {"韩国"}  # the name of a country, where she is asked for hers
    words = PURPOSE - countries

    assert "q1_safe" in {each.place for each in everything() if not each.open}
    assert len(early) > 100
    assert sorted({word for word in words for text in early if word in text}) == []


WAYS = (
    r"국경|두만강|압록강|브로커|기차|버스|택시|비행기|배를 타|차를 타|차편|위조|가짜 (려권|여권|증)"
    r"|边境|过境|图们江|鸭绿江|蛇头|偷渡|坐(车|船|火车)"
    r"|假(护照|证)|路线|\bborder\b|broker|smuggl|\b(train|bus|taxi|boat|plane)\b|forged|fake (passport|papers)|\broutes?\b"
)


def test_n09_nothing_names_a_way_out_or_who_sells_one() -> None:
    """N9: no transport, broker, border, forged paper or route is recommended, priced or named."""
    planted = ("기차를 타고 가십시오.", "坐车去边境。", "A broker takes you by bus.", "가짜 려권을 삽니다.")

    assert offending(WAYS, *planted) == []


MONEY = r"돈|비용|요금|값을|(?<!价)钱|费用|付款|收费|money|\bpay|\bfees?\b|\bcosts?\b"
# Where money may be named: that none is taken, that whoever asks for it is false, and her own words for what happened to her.
NO_MONEY = (
    r"돈[^.\n]*(않습니다|아닙니다|없습니다|거짓입니다)|(빚·)?돈을 더 내라 함|(일하고 )?돈 못 받음"
    r"|돈을? 달(라는|란)[^.\n]*|누가 돈을 달라고[^.\n]*"
    r"|(不收|不要|也不收)钱[^。\n]*|要钱[^。\n]*|欠钱|不给钱|跟我要钱"
    r"|(take|ask for) no money|don't ask for money|whoever (asks for|wants) money[^.\n]*"
    r"|(somebody|who) (wants|asked her for|asked for) money"
    r"|nothing to do with any demand for money|to pay more|without pay"
)


def test_n10_money_is_named_only_to_say_that_there_is_none() -> None:
    """N10: payment is neither asked for nor mentioned, but for "no money", and for what others ask of her."""
    planted = ("비용은 나중에 냅니다.", "돈을 준비하십시오.", "要付一点钱。", "You pay later.")

    assert offending(MONEY, *planted, but=NO_MONEY) == []


PROMISES = (
    r"안전합니다|안전하게|안전하다|보장|반드시|꼭 (도|구|나|됩|찾아)|구해 (드|줍|내)|구출|암호화|걱정 없|절대"
    r"|保证|一定(会|能)|绝对安全|很安全|放心|加密|救(你|出|援)"
    r"|\bsafe\b|secure|guarantee|encrypt|we will (save|rescue|free)|promise"
)
NO_PROMISE = (
    r"완전히 안전하다고 약속하지 못합니다|不能保证绝对安全|不一定能?马上(能帮|有回答|帮)|can't promise that it is completely safe"
    r"|안전한 전화|꼭 맞는 곳은 찾지 못했습니다"
)


def test_n11_nothing_is_promised_that_nobody_can_keep() -> None:
    """N11: no rescue, time, safety, encryption or outcome is promised."""
    planted = ("안전하게 지켜 드립니다.", "꼭 도와 드립니다.", "我们一定会来救你。", "We will save you, it is safe.")

    assert offending(PROMISES, *planted, but=NO_PROMISE) == []


LABELS = (
    r"피해자|생존자|탈북|불법|매춘|성매매|창녀|팔려|도망자|왜 [^\n]*(않|못)|受害者|幸存者|脱北|非法|妓|卖淫|被卖|逃犯|为什么不|怎么不"
    r"|victim|survivor|illegal|defector|prostitut|\bsold\b|why did(n't| you not)"
)


def test_n12_she_is_never_labelled_or_judged() -> None:
    """N12: she is no victim, defector, prostitute, no illegal or sold person, and is not asked why she did not."""
    assert (
        offending(LABELS, "피해자를 돕습니다.", "왜 나가지 않았습니까?", "你为什么不走？", "For victims who were sold.")
        == []
    )


CONDITIONS = (
    r"교회|목사|선교|하나님|예수|믿음|신앙|종교|기도(를|하|합)|기자|취재|인터뷰|방송|증언|조사에 협조"
    r"|教会|牧师|传教|上帝|信教|宗教|祷告|记者|采访|作证|配合(警|调查)"
    r"|church|religio|\bfaith\b|pray|journalist|interview|testif|testimony|\bmedia\b|cooperate with"
)


@pytest.mark.parametrize("condition", ["x_faith_condition", "x_testimony_condition", "x_media_condition"])
def test_n13_help_hangs_on_no_faith_testimony_interview_or_police(condition: str) -> None:
    """N13: no screen asks for it; a partner that does can't be active, and is not offered where a record says that it is."""
    assert offending(CONDITIONS, "교회에 나오십시오.", "先接受采访。", "You must testify.") == []
    assert {"faith", "testimony", "media"} <= {name.split("_")[1] for name in HARD_RULES}
    document = json.loads(fixtures.partners(NOW.date()))
    demanding = next(each for each in document["partners"] if each["id"] == IDS["SAFE-CN"])
    demanding[condition] = True
    with pytest.raises(DirectoryError, match="no one can activate it"):
        load(json.dumps(document), "a list with a condition")
    listed = directory()
    # Past the reader, as by a defect in it: matching refuses such a partner by a rule of its own.
    forced = listed.partner(IDS["SAFE-CN"]).model_copy(update={condition: True})
    among = Directory(9, tuple(forced if each.id == forced.id else each for each in listed.partners), listed.signers)
    offered = {
        partner
        for country, need in product(SERVED, NEEDS)
        for facts in [CaseFacts(country=country, needs=(need,), languages=frozenset({"ko"}))]
        for partner in offered_by_the_rules(facts, among, NOW)
    }
    assert offered & {IDS["SAFE-CN"], IDS["FAITH"]} == set()
    assert IDS["CYBER"] in offered


def test_the_patterns_look_at_whole_screens() -> None:
    """What the promises above look at holds every language, a question that says so, and sentences of every kind."""
    spoken = {each.locale for each in everything()}

    assert spoken == {"ko", "ko_CN", "zh_Hans", "en"}
    assert {"이 손전화는 누가 봅니까?", "这部手机谁会看？", "Who looks at this phone?"} <= texts()
    assert sum(len(list(sentences(each))) for each in texts()) > 1_500
