-- As text: a postal code that became a number has lost its leading zero.
select * from read_csv('{{ var("data") }}/webshop.csv', all_varchar = true)
