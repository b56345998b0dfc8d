-- Arguments: prefix, owner, how many may stay, 'oldest' or 'newest'.
local keys = living(ARGV[1], ARGV[2])
local removed = {}
for i = 1, #keys - tonumber(ARGV[3]) do
  removed[i] = ARGV[4] == 'oldest' and keys[i] or keys[#keys + 1 - i]
  drop(ARGV[1], removed[i])
end
return removed
