-- Keys: the entry; if there are owners, <entry>:owner, and the index if the owner is known.
-- Arguments: TTL, TTL in the index, the program's clock, the owner if known, joined, the payload that was seen if that matters.
--
-- Returns 0: there is no entry; 1: done; 2: not done, since the index must be updated first. After 1, an owner is returned if the index
-- should be updated soon. An entry never outlives the TTL in its index.
local found = ARGV[6] and redis.call('GET', KEYS[1])
if redis.call('EXISTS', KEYS[1]) == 0 then return {0, false} end
if ARGV[6] and found ~= ARGV[6] then return {1, false} end
redis.call('STRLEN', KEYS[1])
local owner, ttl, joined = false, false, false
if KEYS[2] then
  owner, ttl, joined = unpack(redis.call('HMGET', KEYS[2], 'owner', 'ttl', 'joined'))
end
if not joined then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  return {1, false}
end
local now = time(ARGV[3])
local left = joined + ttl * 1000000 - now
if owner == ARGV[4] then
  local at = KEYS[3] and join(KEYS[3], KEYS[1], ARGV[2], now) or ARGV[5]
  redis.call('HSET', KEYS[2], 'ttl', ARGV[2], 'joined', at)
  if KEYS[3] and ttl ~= ARGV[2] then redis.call('ZREM', KEYS[3], ttl .. ' ' .. KEYS[1]) end
  owner = false
elseif left < ARGV[2] * 500000 then
  return {2, owner}
elseif left >= ARGV[2] * 750000 then
  owner = false
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[2], ARGV[1])
return {1, owner}
