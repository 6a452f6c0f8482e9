A2. A locked flat, one shared phone, cameras. She presses the urgent button: three taps until the hub has it.
Then she adds the country, and consents separately to a second partner, which is held while the hub is silent.

she opens the chat
she presses ⏱ 급합니다
she sees 제일 급한 것은 무엇입니까?
she presses 2 나갈 수 없음
she sees 이것만 보냅니다: 급한 일 한 가지, 쓰는 말, 시각.
she sees 이름과 번호는 보내지 않습니다.
she sees 사진이나 동영상을 보내지 마십시오.
# No promise that somebody comes.
she sees 24시간 보는 곳입니다. 바로 돕지 못할 수도 있습니다.
she presses 1 보냅니다
taps so far: 3
HUB gets: class now, urgent u_locked, language ko
she sees her number
# The duty desk's timers (15 and 30 minutes) belong to the issue on delivery.

# She sends a photo all the same. It is not looked at, and nothing changes but a line that says so.
she sends a photo
she sees 보낸 것은 지웠습니다. 단추만 눌러 주십시오.
she sees 이름, 사는 곳, 사진을 보내지 마십시오.
nothing more is sent

she presses 1 적었습니다
her number is nowhere
she sees 나라를 누르면 바로 보냅니다.
she presses 1 중국
HUB gets in addition: country CN
offered, in this order: CYBER
the card is of CYBER
she sees 앞의 곳이 30분 안에 답하지 않으면 여기로 보냅니다.
nothing more is sent
she presses 1 보냅니다
held for CYBER as number 1: class now, urgent u_locked, country CN, language ko
she presses 1 끝내기
she presses 1 이 대화 지우기
nothing is known of her
she sees the front page
never shown: 경찰, 공안, 대사관, 신고, 구출, 구조
