-- Keys: the entry, and <entry>:owner if there are owners. Arguments: tombstone, its TTL.
-- If no memory is left for a tombstone, the entry is removed without one.
if redis.call('EXISTS', KEYS[1]) == 0 then return {'gone', false, false, false} end
redis.call('STRLEN', KEYS[1])
local before = KEYS[2] and redis.call('HMGET', KEYS[2], 'owner', 'ttl', 'joined') or {}
if not pcall(save, KEYS[1], ARGV[1], ARGV[2]) then redis.call('DEL', KEYS[1]) end
if not before[3] then return 1 end
redis.call('DEL', KEYS[2])
return {'done', before[1], before[2] .. ' ' .. KEYS[1], before[3]}
