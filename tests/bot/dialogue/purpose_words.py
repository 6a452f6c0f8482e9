"""Words that would tell somebody who looks at the screen what this is (domain.md 3.6), for tests that look for them."""

# Before she said that she is alone and agreed; country names are exempt where she is asked for her country.
KOREAN = """
탈북 북송 북한 남한 남조선 조선민주주의 보위부 인신매매 팔려 성매매 화상채팅 음란 강간 성폭력 폭행 감금 구출 구조 탈출 망명 난민 브로커
국경 두만강 압록강 대사관 영사관 국정원 하나원 선교 교회 목사 인권 피해자 생존자 신고 경찰 공안 불법 강제 NGO SOS
""".split()
CHINESE = """
脱北 北送 遣返 朝鲜 北韩 韩国 人贩子 拐卖 被卖 买来的媳妇 卖淫 裸聊 视频聊天 强奸 性侵 家暴 囚禁 救援 营救 逃跑 逃出 偷渡 蛇头 难民 庇护
大使馆 领事馆 图们江 鸭绿江 人权 教会 牧师 传教 受害者 幸存者 举报 报警 警察 公安 派出所 非法 强迫 翻墙 VPN NGO
""".split()
PURPOSE = frozenset(KOREAN) | frozenset(CHINESE)

# Never, on any screen: advice to go to the authorities (N1), a name for what she is (N12), a route or a guide (N9).
NEVER = PURPOSE - {"韩国"}  # a country one may be in

assert "경찰" in NEVER
