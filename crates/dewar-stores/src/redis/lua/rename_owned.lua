-- Keys: old, new, <old>:owner, <new>:owner, the index (not on a Cluster, where it was joined before).
-- Arguments: the payload that was seen, payload, TTL, tombstone, its TTL, TTL in the index, the program's clock; on a Cluster also
-- owner, joined.
if redis.call('EXISTS', KEYS[2]) == 1 then return {'taken', false, false, false} end
local name = KEYS[5] or ARGV[8]
local owner, place, ttl, joined = unpack(redis.call('HMGET', KEYS[3], 'owner', 'place', 'ttl', 'joined'))
local stays = joined and owner == name
redis.call('HLEN', KEYS[4])
local at = KEYS[5] and join(KEYS[5], KEYS[2], ARGV[6], time(ARGV[7])) or ARGV[9]
redis.call('HSET', KEYS[4], 'owner', name, 'place', stays and place or at, 'ttl', ARGV[6], 'joined', at)
save(KEYS[2], ARGV[2], ARGV[3])
set_ttl(KEYS[4], ARGV[3])
save(KEYS[1], ARGV[4], ARGV[5])
if not joined then return 1 end
redis.call('DEL', KEYS[3])
if stays and KEYS[5] then
  redis.call('ZREM', KEYS[5], ttl .. ' ' .. KEYS[1])
  return 1
end
return {'done', owner, ttl .. ' ' .. KEYS[1], joined}
