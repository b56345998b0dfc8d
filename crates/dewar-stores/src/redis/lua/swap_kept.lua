-- Keys: the entry, <entry>:owner, the index (not on a Cluster, where it was joined before).
-- Arguments: the payload that was seen, payload, TTL, TTL in the index, the program's clock; on a Cluster also owner, joined.
local owner, place, ttl, joined = unpack(redis.call('HMGET', KEYS[2], 'owner', 'place', 'ttl', 'joined'))
local stays = joined and owner == (KEYS[3] or ARGV[6])

-- Most writes end here, before the other functions are made: the owner stays, and the index knows the entry for long enough.
if stays and KEYS[3] and joined + ttl * 1000000 - time(ARGV[5]) >= ARGV[4] * 750000 then
  if ARGV[3] == '' then
    redis.call('SET', KEYS[1], ARGV[2])
    redis.call('PERSIST', KEYS[2])
  else
    redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
    redis.call('PEXPIRE', KEYS[2], ARGV[3])
  end
  return 1
end

