-- Keys: the entry. Arguments: payload, time to live, prefix, owner if any.
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
put(KEYS[1], ARGV[1], ARGV[2])
move(ARGV[3], KEYS[1], KEYS[1], ARGV[4], ARGV[2])
return 1
