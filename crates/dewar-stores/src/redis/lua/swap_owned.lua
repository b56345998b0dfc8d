-- Keys: the entry, <entry>:owner, the index (not on a Cluster, where it was joined before).
-- Arguments: the payload that was seen, payload, time to live, owner, life, joined, the program's clock.
local owner, place, life, joined = unpack(redis.call('HMGET', KEYS[2], 'owner', 'place', 'life', 'joined'))
local stays, now = joined and owner == ARGV[4], time(ARGV[7])
if not (stays and ARGV[6] == '' and joined + life * 1000000 - now >= ARGV[5] * 750000) then
  local at = KEYS[3] and join(KEYS[3], KEYS[1], ARGV[5], now) or ARGV[6]
  redis.call('HSET', KEYS[2], 'owner', ARGV[4], 'place', stays and place or at, 'life', ARGV[5], 'joined', at)
  if stays and KEYS[3] and life ~= ARGV[5] then redis.call('ZREM', KEYS[3], life .. ' ' .. KEYS[1]) end
end
put(KEYS[1], ARGV[2], ARGV[3])
last(KEYS[2], ARGV[3])
if stays or not joined then return {'done', false, false, false} end
return {'done', owner, life .. ' ' .. KEYS[1], joined}
