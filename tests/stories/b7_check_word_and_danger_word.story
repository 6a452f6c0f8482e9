She chooses two words. The one opens her case, and her helper must know it; the other, tapped when she is made to come back,
shows everyday pages, tells the partner, and nothing is sent to her phone any more.

she opens the chat
she presses 中文
she presses 1 我一个人
she presses 1 只有我
she presses 1 继续
she presses 3 不会
she presses 1 中国
she presses 跳过
she presses 3 看病、药
she presses 选好了
she presses 跳过
she presses 1 我再来时才看
offered, in this order: HEALTH
she presses 1 发送
HEALTH gets: class normal, country CN, language zh, needs n_med, contact c_return
she presses 1 我记下了
her number is nowhere
she sees 对方第一句会说它。
she presses 月亮
she sees 再选一个有人逼你时按的词。
she presses 下雨
# Only the first word goes to whoever has the case, inside the seal.
HEALTH gets in addition: check moon
nothing more is sent
she presses 删除
nothing is known of her

# She comes back. After the number one word stands between anybody and what it opens.
she presses 中文
she presses 1 我一个人
she presses 5 我有号码
she presses the sixteen digits of her number
her number opens, behind her words: HEALTH accepted
she does not see 机构2
# Any other word is a wrong number.
she presses 大海
she sees ○○○○ ○○○○ ○○○○ ○○○○
she does not see 机构2
she presses the sixteen digits of her number
her number opens, behind her words: HEALTH accepted
she presses 月亮
she sees 机构2：他们说可以帮。
nothing more is sent
she presses 删除
nothing is known of her

# Another time somebody stands beside her and makes her open it.
she presses 中文
she presses 1 我一个人
she presses 5 我有号码
she presses the sixteen digits of her number
her number opens, behind her words: HEALTH accepted
she presses 下雨
HEALTH gets in addition: flags danger_word
nothing is sent to her phone any more
she sees 现在没有新消息。
she sees 生活信息。请选一个看。
she does not see 机构2
she presses 删除
nothing is known of her
nothing more is sent
