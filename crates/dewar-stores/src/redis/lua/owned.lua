-- Arguments: prefix, owner.
local entries = {}
for i, key in ipairs(living(ARGV[1], ARGV[2])) do
  entries[i] = {key, redis.call('PTTL', key), redis.call('GET', key)}
end
return entries
