A9. The partner she chose has no room. She may be written to at night only, learns of it, and chooses again herself.
Nothing goes on to anybody by itself, and nothing comes outside her hours.

she opens the chat
she presses 우리말
she presses 1 혼자 있습니다
she presses 1 나만 봅니다
she presses 1 계속합니다
she presses 3 아닙니다
she presses 1 중국
she presses 1 혼자
she presses 다 골랐습니다
she presses 1 있을 곳
she presses 다 골랐습니다
she presses 다 골랐습니다
she presses 다 골랐습니다
she presses 2 정한 시간에 여기로
# She is told what may show on a locked screen before she chooses the hours.
she sees 잠긴 화면에 글이 뜨지 않게 먼저 끄십시오.
she presses 4 22시–6시
offered, in this order: SAFE-CN
she presses 1 보냅니다
SAFE-CN gets: class normal, country CN, language ko, needs n_place, with w_alone, contact c_band, band 22-06
she sees 이 대화를 지우면 여기로 소식이 오지 않습니다.
she presses 1 적었습니다
she presses 건너뛰기
# She lays the phone down without erasing: the page turns neutral by itself, and her way of contact stays.
nobody presses anything for ten minutes
she sees the front page
nothing more is sent

# The caseworker declines: no room. Outside the hours she chose nothing comes; inside them one line, always the same.
at 15:30 on her clock nothing may be sent to her
at 21:59 on her clock nothing may be sent to her
at 22:00 on her clock one neutral line may be sent to her: 새 안내가 있습니다.
at 05:59 on her clock one neutral line may be sent to her: 새 안내가 있습니다.
at 06:00 on her clock nothing may be sent to her
she sees the front page

# She comes back: the reason stands there in plain words, and nobody else has her case.
she presses 우리말
she presses 1 혼자 있습니다
she presses 5 번호가 있습니다
she presses the sixteen digits of her number
her number opens: SAFE-CN declined no_capacity
she sees 단체 3: 지금은 돕지 못한다고 합니다. 본인 탓이 아닙니다.
she sees 까닭: 지금은 자리가 없습니다.
nothing more is sent
# She asks for other help: she is asked again, who declined is not offered again, and the hub is, with a consent of its own.
she presses 2 다른 도움 물어보기
she presses 1 나만 봅니다
she presses 1 계속합니다
she presses 3 아닙니다
she presses 1 중국
she presses 1 혼자
she presses 다 골랐습니다
she presses 1 있을 곳
she presses 다 골랐습니다
she presses 다 골랐습니다
she presses 다 골랐습니다
she presses 1 내가 다시 올 때만
offered, in this order: HUB
the card is of HUB
she sees 꼭 맞는 곳은 찾지 못했습니다. 여러 일을 받는 곳입니다.
nothing more is sent
she presses 1 보냅니다
HUB gets: class normal, country CN, language ko, needs n_place, with w_alone, contact c_return
her number is nowhere
she presses 1 끝내기
nothing more is sent
# That a partner who is late is named to the operator belongs to the desk; that it weighs against it is in the tests of matching.
