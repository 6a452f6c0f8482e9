Her phone is grabbed at the hardest question; whoever holds it finds everyday information and nothing else.

she opens the chat
she presses 우리말
she presses 1 혼자 있습니다
she presses 1 나만 봅니다
she presses 1 계속합니다
she presses 3 아닙니다
she presses 1 중국
she presses 1 혼자
she presses 다 골랐습니다
she presses 2 여기서 나가는 일
she presses 다 골랐습니다
she presses 2 증명서를 빼앗김
she types 그만
nothing is known of her
she sees the front page
she types 탈북
she sees the front page
she types 도와줘
she sees the front page
she opens the chat
she sees the front page
she presses 생활 정보 · 生活信息
she sees 생활 정보입니다. 볼 것을 누르십시오.
she presses 2 밥 짓기 · 做米饭
she sees 쌀을 두세 번 씻어 30분 불립니다.
she presses 뒤로 · 返回
she sees the front page
nothing more is sent
# That old messages are deleted within the time belongs to the channel's tests.
