-- Keys: the entry, <entry>:owner, the index (not on a Cluster). Arguments: owner, first place, last place.
-- Returns 0: the entry is not the owner's, or not there; 1: it was removed; 2: it has another place.
local owner, ttl, place = unpack(redis.call('HMGET', KEYS[2], 'owner', 'ttl', 'place'))
if owner ~= ARGV[1] or not ttl or redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if tonumber(place) < tonumber(ARGV[2]) or tonumber(place) > tonumber(ARGV[3]) then return 2 end
redis.call('DEL', KEYS[1], KEYS[2])
if KEYS[3] then redis.call('ZREM', KEYS[3], ttl .. ' ' .. KEYS[1]) end
return 1
