A3, if it can't wait: the neighbour reports that it is urgent. What goes out says that nobody asked the person herself.

she opens the chat
she presses 中文
she presses 1 我一个人
she presses 1 只有我
she presses 1 继续
she presses 3 不会
she presses 1 中国
she presses 6 替别人问
she presses 选好了
she presses 3 没办法问
she presses 1 现在很急
she presses 2 出不去
she sees 也会说明是别人的事，还不知道本人的意思。
she presses 1 发送
# The country she gave before is not in it: nothing she answered on the usual path goes along.
HUB gets: class now, urgent u_locked, language zh, flags third_party_unconfirmed
she presses 1 我记下了
she presses 跳过
she sees 就到这里。用号码看回信。
nothing more is sent
