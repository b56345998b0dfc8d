-- Keys: old, new, and <old>:owner if there are owners.
-- Arguments: the payload that was seen, payload, TTL, tombstone, its TTL.
if redis.call('EXISTS', KEYS[2]) == 1 then return {'taken', false, false, false} end
local before = KEYS[3] and redis.call('HMGET', KEYS[3], 'owner', 'ttl', 'joined') or {}
save(KEYS[2], ARGV[2], ARGV[3])
save(KEYS[1], ARGV[4], ARGV[5])
if not before[3] then return 1 end
redis.call('DEL', KEYS[3])
return {'done', before[1], before[2] .. ' ' .. KEYS[1], before[3]}
