-- Keys: the index. Arguments: after which joined, how many, the program's clock.
-- The members that joined next, without those that are over, which are dropped; and when the last of them joined.
local page = redis.call('ZRANGE', KEYS[1], '(' .. ARGV[1], '+inf', 'BYSCORE', 'LIMIT', 0, ARGV[2], 'WITHSCORES')
local now, others, over = time(ARGV[3]), {}, {}
for i = 1, #page, 2 do
  local to = is_over(page[i], page[i + 1], now) and over or others
  to[#to + 1] = page[i]
end
if #over > 0 then redis.call('ZREM', KEYS[1], unpack(over)) end
return {page[#page] or false, #page / 2, others}
