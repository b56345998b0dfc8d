-- Enters a key into an owner's index, for a life in seconds, and tells when: later than all that joined before. An index that
-- grows looks at a few members by chance, so that those that are over stay a fraction of the others.
local function join(index, key, life, now)
  local newest = redis.call('ZRANGE', index, -1, -1, 'WITHSCORES')[2]
  if newest and tonumber(newest) >= now then now = newest + 1 end
  if redis.call('ZADD', index, now, life .. ' ' .. key) == 1 and newest then
    local some = redis.call('ZRANDMEMBER', index, 4, 'WITHSCORES')
    for i = 1, #some, 2 do
      if is_over(some[i], some[i + 1], now) then redis.call('ZREM', index, some[i]) end
    end
  end
  if redis.call('TTL', index) < tonumber(life) then redis.call('EXPIRE', index, life) end
  return now
end

