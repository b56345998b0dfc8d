-- Keys: the entry. Arguments: time to live, touch only what has less than this, prefix.
local left = redis.call('PTTL', KEYS[1])
local found = redis.call('GET', KEYS[1])
if found and left >= 0 and left < tonumber(ARGV[2]) then
  extend(ARGV[3], KEYS[1], ARGV[1])
end
return {left, found}
