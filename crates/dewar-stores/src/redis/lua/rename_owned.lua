-- Keys: old, new, <old>:owner, <new>:owner, the index (not on a Cluster, where it was joined before).
-- Arguments: the payload that was seen, payload, time to live, tombstone, its time to live, owner, life, joined, the program's clock.
if redis.call('EXISTS', KEYS[2]) == 1 then return {'taken', false, false, false} end
local owner, place, life, joined = unpack(redis.call('HMGET', KEYS[3], 'owner', 'place', 'life', 'joined'))
local stays = joined and owner == ARGV[6]
redis.call('HLEN', KEYS[4])
local at = KEYS[5] and join(KEYS[5], KEYS[2], ARGV[7], time(ARGV[9])) or ARGV[8]
redis.call('HSET', KEYS[4], 'owner', ARGV[6], 'place', stays and place or at, 'life', ARGV[7], 'joined', at)
put(KEYS[2], ARGV[2], ARGV[3])
last(KEYS[4], ARGV[3])
put(KEYS[1], ARGV[4], ARGV[5])
if not joined then return {'done', false, false, false} end
redis.call('DEL', KEYS[3])
if stays and KEYS[5] then
  redis.call('ZREM', KEYS[5], life .. ' ' .. KEYS[1])
  return {'done', false, false, false}
end
return {'done', owner, life .. ' ' .. KEYS[1], joined}
