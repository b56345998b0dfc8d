-- Keys: old, new. Arguments: the payload that was seen, payload, time to live, tombstone, its time to live, prefix, owner if any.
local found = redis.call('GET', KEYS[1])
if not found then return {'gone', false, 0} end
if found ~= ARGV[1] then return {'changed', found, redis.call('PTTL', KEYS[1])} end
if redis.call('EXISTS', KEYS[2]) == 1 then return {'taken', false, 0} end
put(KEYS[2], ARGV[2], ARGV[3])
put(KEYS[1], ARGV[4], ARGV[5])
move(ARGV[6], KEYS[1], KEYS[2], ARGV[7], ARGV[3])
return {'done', false, 0}
