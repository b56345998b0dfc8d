-- Keys: the entry, <entry>:owner. Arguments: owner. Returns its place, TTL and payload, if the entry is the owner's.
local owner, place = unpack(redis.call('HMGET', KEYS[2], 'owner', 'place'))
local found = owner == ARGV[1] and redis.call('GET', KEYS[1])
return {place, found and redis.call('PTTL', KEYS[1]) or 0, found}
