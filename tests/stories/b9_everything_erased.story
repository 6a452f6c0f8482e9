She comes back with her number and erases all. Whoever has it is told, and her number opens nothing from then on.

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
she presses 3 아무 때나 여기로
she presses 1 보냅니다
HEALTH gets: class normal, country CN, language ko, needs n_med, contact c_any
she presses 1 적었습니다
she presses 건너뛰기
nobody presses anything for ten minutes
she presses 우리말
she presses 1 혼자 있습니다
she presses 5 번호가 있습니다
she presses the sixteen digits of her number
her number opens: HEALTH accepted, CHILD declined language
she sees 단체 2: 맡겠다고 합니다.
she presses 5 모두 거두고 지우기
she sees 이 번호로는 다시 볼 수 없습니다.
nothing more is sent
she presses 뒤로
she presses 5 모두 거두고 지우기
she presses 1 모두 지웁니다
HEALTH is told that it is taken back
# Who declined has nothing more to take back.
from now on her number opens nothing
nothing is sent to her phone any more
nothing more is sent
she sees 모두 지웠습니다. 그 번호는 버리십시오.
she presses 지우기
nothing is known of her
she sees the front page
