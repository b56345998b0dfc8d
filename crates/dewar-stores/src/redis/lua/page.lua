-- Keys: the index. Arguments: joined after this time, how many members, the program's clock.
-- Returns the next members in the order in which they joined, and when the last of them did. Expired members are removed
-- and not returned.
local page = redis.call('ZRANGE', KEYS[1], '(' .. ARGV[1], '+inf', 'BYSCORE', 'LIMIT', 0, ARGV[2], 'WITHSCORES')
local now, others, expired = time(ARGV[3]), {}, {}
for i = 1, #page, 2 do
  local to = is_expired(page[i], page[i + 1], now) and expired or others
  to[#to + 1] = page[i]
end
if #expired > 0 then redis.call('ZREM', KEYS[1], unpack(expired)) end
return {page[#page] or false, #page / 2, others}
