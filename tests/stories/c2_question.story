A partner has a question, from the closed list. She answers it with one press, or not now; her answer goes to that partner alone, sealed.

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
she presses 跳过
nothing more is sent
she presses 删除
nothing is known of her

HEALTH asks her: q_ill
she presses 中文
she presses 1 我一个人
she presses 5 我有号码
she presses the sixteen digits of her number
her number opens: HEALTH need_more
she sees 机构2：他们还有话要问。
she sees 机构2回复了。
she presses 1 看机构2的回复
the question is: 你需要看医生吗？
she sees 只把你按的答案发给机构2。
she can choose 1 今天就要 | 2 过几天也行 | 3 不用 | 4 现在不回答
# Not now: the question stays for another time.
nothing counts as read
she presses 4 现在不回答
nothing counts as read
nothing more is sent
she presses 1 看机构2的回复
she presses 1 今天就要
HEALTH gets in addition: answer q_ill.today
it counts as read
she sees 你的答案会发过去。
# Answered is answered: it is not asked again.
she does not see 看机构2的回复
nothing more is sent
she presses 删除
nothing is known of her

# The case ended meanwhile: the question may still be read, and nothing goes to anybody.
she presses 中文
she presses 1 我一个人
she presses 5 我有号码
she presses the sixteen digits of her number
her number opens: HEALTH no_contact_30d
she presses 1 看机构2的回复
she sees 现在不用回答了。
it counts as read
she does not see 今天就要
she presses 返回
# Nobody works on it any more: she is offered to ask somewhere else, under the same number, and is asked everything again.
she presses 2 机构2
she presses 4 问别的地方
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
nothing more is sent
she presses 删除
nothing is known of her
