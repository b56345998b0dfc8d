-- Keys: the entry, <entry>:owner, the index (not on a Cluster). Arguments: owner. The entry is removed if it is the owner's.
local owner, life = unpack(redis.call('HMGET', KEYS[2], 'owner', 'life'))
if owner ~= ARGV[1] or not life then return 0 end
local removed = redis.call('DEL', KEYS[1])
redis.call('DEL', KEYS[2])
if KEYS[3] then redis.call('ZREM', KEYS[3], life .. ' ' .. KEYS[1]) end
return removed
