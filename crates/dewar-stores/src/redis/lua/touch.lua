-- Keys: the entry. Arguments: time to live, prefix.
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
extend(ARGV[2], KEYS[1], ARGV[1])
return 1
