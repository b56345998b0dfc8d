-- Keys: old, new, <old>:owner, <new>:owner, the index (not on a Cluster, where it was joined before).
-- Arguments: the payload that was seen, payload, TTL, tombstone, its TTL, owner, TTL in the index, joined, the program's clock.
if redis.call('EXISTS', KEYS[2]) == 1 then return {'taken', false, false, false} end
local owner, place, ttl, joined = unpack(redis.call('HMGET', KEYS[3], 'owner', 'place', 'ttl', 'joined'))
local stays = joined and owner == ARGV[6]
redis.call('HLEN', KEYS[4])
local at = KEYS[5] and join(KEYS[5], KEYS[2], ARGV[7], time(ARGV[9])) or ARGV[8]
redis.call('HSET', KEYS[4], 'owner', ARGV[6], 'place', stays and place or at, 'ttl', ARGV[7], 'joined', at)
save(KEYS[2], ARGV[2], ARGV[3])
set_ttl(KEYS[4], ARGV[3])
save(KEYS[1], ARGV[4], ARGV[5])
if not joined then return {'done', false, false, false} end
redis.call('DEL', KEYS[3])
if stays and KEYS[5] then
  redis.call('ZREM', KEYS[5], ttl .. ' ' .. KEYS[1])
  return {'done', false, false, false}
end
return {'done', owner, ttl .. ' ' .. KEYS[1], joined}
