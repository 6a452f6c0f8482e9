A7. A broker fishes for partners: four accounts, twelve sessions, now here and now there, now this need and now that.
He learns that there are partners with numbers, always the same ones, and nothing by which to find them.

# The first day. He looks, and asks what they are called.
a session begins on account one
everything is answered up to the cards: CN, n_place n_leave
offered, in this order: SAFE-CN, CYBER
the card is of SAFE-CN
she sees 단체 3
she types 단체 이름이 뭐예요
she sees 보낸 것은 지웠습니다. 단추만 눌러 주십시오.
she sees 단체 3
nothing more is sent
a session begins on account one
everything is answered up to the cards: CN, n_leave
offered, in this order: SAFE-CN, CYBER
a session begins on account one
everything is answered up to the cards: CN, n_place n_child
offered, in this order: CHILD, SAFE-CN
# The first search and two more; from the next on this account is shown only the hub that day, and told so. It is not shut out.
a session begins on account one
everything is answered up to the cards: CN, n_place n_leave
offered, in this order: HUB
she sees 꼭 맞는 곳은 찾지 못했습니다. 여러 일을 받는 곳입니다.
the operator sees: match_limit 1
# Whoever is in need on an account that was used up is helped all the same: the urgent path has no limit.
a session begins on account one
she presses ⏱ 급합니다
she presses 2 나갈 수 없음
she presses 1 보냅니다
HUB gets: class now, urgent u_locked, language ko
# Another account begins anew, and finds the same numbers for the same partners.
a session begins on account two
everything is answered up to the cards: CN, n_place n_leave
offered, in this order: SAFE-CN, CYBER
she sees 단체 3
a session begins on account two
everything is answered up to the cards: TH, n_legal
offered, in this order: LEGAL-TH
a session begins on account two
everything is answered up to the cards: CN, n_med n_preg
offered, in this order: HEALTH
a session begins on account three
everything is answered up to the cards: CN, n_child
offered, in this order: CHILD
a session begins on account three
everything is answered up to the cards: LA, n_path
offered, in this order: HUB
# He has heard of a partner that nobody is ever offered, and forges its button. A forged button of another one does nothing either.
somebody presses a forged button of CANARY
nothing more is sent
the operator sees: canary 1, match_limit 1
somebody presses a forged button of CHILD
nothing more is sent
the operator sees: canary 1, match_limit 1
a session begins on account four
everything is answered up to the cards: CN, n_leave
offered, in this order: SAFE-CN, CYBER

# The next day he may look again, and finds nothing new.
the next day begins
a session begins on account one
everything is answered up to the cards: CN, n_place n_leave
offered, in this order: SAFE-CN, CYBER
each partner had one name, and never more than three were offered
nothing of a partner was shown but its number here
nothing more is sent
the operator sees: canary 1, match_limit 1
never shown: 전화 0, 주소, 경찰, 대사관
