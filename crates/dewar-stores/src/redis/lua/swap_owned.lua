-- Keys: the entry, <entry>:owner, the index (not on a Cluster, where it was joined before).
-- Arguments: the payload that was seen, payload, TTL, owner, TTL in the index, joined, the program's clock.
local owner, place, ttl, joined = unpack(redis.call('HMGET', KEYS[2], 'owner', 'place', 'ttl', 'joined'))
local stays, now = joined and owner == ARGV[4], time(ARGV[7])
if not (stays and ARGV[6] == '' and joined + ttl * 1000000 - now >= ARGV[5] * 750000) then
  local at = KEYS[3] and join(KEYS[3], KEYS[1], ARGV[5], now) or ARGV[6]
  redis.call('HSET', KEYS[2], 'owner', ARGV[4], 'place', stays and place or at, 'ttl', ARGV[5], 'joined', at)
  if stays and KEYS[3] and ttl ~= ARGV[5] then redis.call('ZREM', KEYS[3], ttl .. ' ' .. KEYS[1]) end
end
save(KEYS[1], ARGV[2], ARGV[3])
set_ttl(KEYS[2], ARGV[3])
if stays or not joined then return {'done', false, false, false} end
return {'done', owner, ttl .. ' ' .. KEYS[1], joined}
