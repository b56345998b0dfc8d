-- Keys: the entry. Arguments: tombstone, its time to live, prefix. Where no memory is left for a tombstone, the entry goes without.
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
if not pcall(put, KEYS[1], ARGV[1], ARGV[2]) then
  redis.call('DEL', KEYS[1])
end
move(ARGV[3], KEYS[1], KEYS[1], nil, '')
return 1
