-- Adds a key to an owner's index, with a TTL in seconds, and returns when it joined: later than all members before it. An index that
-- grows also checks a few random members, so that those that have expired stay a fraction of the others.
local function join(index, key, ttl, now)
  local newest = redis.call('ZRANGE', index, -1, -1, 'WITHSCORES')[2]
  if newest and tonumber(newest) >= now then now = newest + 1 end
  if redis.call('ZADD', index, now, ttl .. ' ' .. key) == 1 and newest then
    local some = redis.call('ZRANDMEMBER', index, 4, 'WITHSCORES')
    for i = 1, #some, 2 do
      if is_expired(some[i], some[i + 1], now) then redis.call('ZREM', index, some[i]) end
    end
  end
  if redis.call('TTL', index) < tonumber(ttl) then redis.call('EXPIRE', index, ttl) end
  return now
end

