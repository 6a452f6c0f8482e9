A partner wrote to her. That an answer is there she learns only after the check, her number and her word, and what it says only when
she opens it; it is on that one screen and nowhere else. The front page, a number without its word and the danger word show nothing of it.

she opens the chat
she presses 우리말
she presses 1 혼자 있습니다
she presses 1 나만 봅니다
she presses 1 계속합니다
she presses 3 아닙니다
she presses 1 중국
she presses 건너뛰기
she presses 3 치료·약
she presses 다 골랐습니다
she presses 건너뛰기
she presses 1 내가 다시 올 때만
offered, in this order: HEALTH
she presses 1 보냅니다
HEALTH gets: class normal, country CN, language ko, needs n_med, contact c_return
she presses 1 적었습니다
she presses 감자
she presses 비
HEALTH gets in addition: check potato
nothing more is sent
she presses 지우기
nothing is known of her

# A caseworker accepts, and writes. Nothing is sent to her: she comes back by herself.
HEALTH wrote to her 2 days ago: 감자. 저녁 7시 뒤에 다시 들어와 주십시오.
HEALTH writes to her: 감자. {who} 약은 준비되어 있습니다. https://fictional.invalid 12345678
she sees the front page

she presses 우리말
she presses 1 혼자 있습니다
she presses 5 번호가 있습니다
she presses the sixteen digits of her number
her number opens, behind her words: HEALTH accepted
she does not see 답이 왔습니다
nothing of it is stored: 저녁 7시
# Any other word is a wrong number, and nothing of the answer is there any more.
she presses 바다
she does not see 단체 2
nothing of it is stored: 저녁 7시
she presses the sixteen digits of her number
her number opens, behind her words: HEALTH accepted
she presses 감자
she sees 단체 2: 맡겠다고 합니다.
she sees 단체 2의 답이 왔습니다.
she can choose 1 단체 2의 답 보기 | 2 단체 2 | 3 다른 도움 물어보기 | 4 돈을 달라는 사람 | 5 모두 거두고 지우기
nothing of it is stored: 저녁 7시
nothing counts as read

# She opens the older one: who sent it, how old it is, what it says, and by which word she knows that it is from her helper.
she presses 1 단체 2의 답 보기
she sees 단체 2에서 온 답입니다.
she sees 2일 전에 보낸 것입니다.
she reads: 감자. 저녁 7시 뒤에 다시 들어와 주십시오.
she sees 정한 말: 감자
she sees 글에 이 말이 없으면 믿지 마십시오.
it counts as read
# Whatever a partner writes is text: nothing in it is filled in, and no address or number in it can be pressed.
she presses 1 다음 답 보기
she reads: 감자. {who} 약은 준비되어 있습니다. https://fictional.invalid 12345678
she does not see https://fictional
she does not see 12345678
it counts as read
nothing of it is stored: 저녁 7시
she presses 뒤로
nothing of it is stored: 준비되어
nothing counts as read
nothing more is sent
# Left lying, the screen turns neutral, and nothing of it is there.
she presses 1 단체 2의 답 보기
nobody presses anything for ten minutes
nothing is known of her
she sees the front page

# Somebody makes her come back: the danger word shows everyday pages, and no answer.
she presses 우리말
she presses 1 혼자 있습니다
she presses 5 번호가 있습니다
she presses the sixteen digits of her number
her number opens, behind her words: HEALTH accepted
she presses 비
HEALTH gets in addition: flags danger_word
she sees 지금은 새 소식이 없습니다.
she does not see 답
nothing of it is stored: 저녁 7시
nothing counts as read
she presses 지우기

# One is damaged, one belongs to somebody else: neither is shown, the operator is told of it, and she comes to her case all the same.
what HEALTH writes to her is damaged on its way: 감자. 세 번째 글입니다.
HEALTH writes to her under a referral that is not hers: 감자. 네 번째 글입니다.
she presses 우리말
she presses 1 혼자 있습니다
she presses 5 번호가 있습니다
she presses the sixteen digits of her number
her number opens, behind her words: HEALTH accepted
the operator sees: reply 1
she presses 감자
she presses 1 단체 2의 답 보기
she reads: 감자. 저녁 7시 뒤에 다시 들어와 주십시오.
she presses 1 다음 답 보기
she reads: 감자. {who} 약은 준비되어 있습니다. https://fictional.invalid 12345678
# There is no further one.
she does not see 다음 답 보기
she presses 뒤로
# After a restart of the program only her number opens an answer; the screen says so.
the program starts anew
she presses 1 단체 2의 답 보기
she sees 다시 들어와 번호를 누르면 볼 수 있습니다.
nothing counts as read
she presses 지우기
nothing is known of her
nothing more is sent
never shown: 세 번째, 네 번째
