-- Keys: the entry, <entry>:owner, the index (not on a Cluster, where it was joined before).
-- Arguments: payload, TTL, TTL in the index, the program's clock; on a Cluster also owner, joined.
if redis.call('EXISTS', KEYS[1]) == 1 then return {'taken', false, false, false} end
redis.call('HLEN', KEYS[2])
local joined = KEYS[3] and join(KEYS[3], KEYS[1], ARGV[3], time(ARGV[4])) or ARGV[6]
redis.call('HSET', KEYS[2], 'owner', KEYS[3] or ARGV[5], 'place', joined, 'ttl', ARGV[3], 'joined', joined)
save(KEYS[1], ARGV[1], ARGV[2])
set_ttl(KEYS[2], ARGV[2])
return 1
