-- Keys: the entry, and <entry>:owner if there are owners. Arguments: the payload that was seen, payload, TTL.
local before = KEYS[2] and redis.call('HLEN', KEYS[2]) > 0 and redis.call('HMGET', KEYS[2], 'owner', 'ttl', 'joined')
save(KEYS[1], ARGV[2], ARGV[3])
if not before or not before[3] then return 1 end
redis.call('DEL', KEYS[2])
return {'done', before[1], before[2] .. ' ' .. KEYS[1], before[3]}
