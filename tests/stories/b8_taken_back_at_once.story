She has sent it, and is afraid. While she is still in that conversation she takes it back without her number, and everything is erased.

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
she presses 1 보냅니다
HEALTH gets: class normal, country CN, language ko, needs n_med, contact c_return
she sees her number
she presses 4 보낸 것도 거두기
she sees 보낸 것을 모두 거두고 이 대화를 지웁니다.
she sees 받은 곳에는 거둔다는 말만 갑니다.
# Opening the page does nothing yet, and she may go back.
nothing more is sent
she presses 뒤로
her number is nowhere
she presses 4 보낸 것도 거두기
she presses 1 거두고 지우기
HEALTH is told that it is taken back
nothing is known of her
she sees the front page
nothing more is sent
