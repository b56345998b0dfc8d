-- Keys: the entry, <entry>:owner, the index (not on a Cluster, where it was joined before).
-- Arguments: payload, TTL, owner, TTL in the index, joined, the program's clock.
if redis.call('EXISTS', KEYS[1]) == 1 then return {'taken', false, false, false} end
redis.call('HLEN', KEYS[2])
local joined = KEYS[3] and join(KEYS[3], KEYS[1], ARGV[4], time(ARGV[6])) or ARGV[5]
redis.call('HSET', KEYS[2], 'owner', ARGV[3], 'place', joined, 'ttl', ARGV[4], 'joined', joined)
save(KEYS[1], ARGV[1], ARGV[2])
set_ttl(KEYS[2], ARGV[2])
return {'done', false, false, false}
