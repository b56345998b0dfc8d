-- Keys: the entry. Arguments: the payload that was seen, payload, time to live, prefix, owner if any.
local found = redis.call('GET', KEYS[1])
if not found then return {'gone', false, 0} end
if found ~= ARGV[1] then return {'changed', found, redis.call('PTTL', KEYS[1])} end
put(KEYS[1], ARGV[2], ARGV[3])
move(ARGV[4], KEYS[1], KEYS[1], ARGV[5], ARGV[3])
return {'done', false, 0}
