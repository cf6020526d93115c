session dir=/w/shop owner=human:ada@verified
Read go.mod    => allow read
Edit go.mod    => allow fix
